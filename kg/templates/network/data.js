// The graph that this page shows, read from the page itself.

const graph = JSON.parse(document.getElementById("data").textContent);
