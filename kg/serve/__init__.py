"""Answer SPARQL over HTTP from processes that no query can take down.

Three kinds of process share the work. The *front* speaks HTTP and holds no data. The *nursery*
holds the dataset and nothing else, and forks *workers* from itself, which see its memory without
copying it. A worker answers one query at a time, cut off from files and network; when it breaks a
limit it is killed, and the nursery forks another. Before a store elsewhere, workers have an empty
dataset, and only read the queries that the front then passes on.
"""
