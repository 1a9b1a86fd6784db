import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.rdf4j.query.resultio.sparqljson.SPARQLResultsJSONWriter;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.sail.nativerdf.NativeStore;

/** Loads Turtle files into a native store and writes the answer to each query beside it, as JSON. */
public class AnswerQuestions {
    /** Arguments: folder for the store, folder of queries (*.rq), then the Turtle files. */
    public static void main(String[] arguments) throws Exception {
        Path queries = Path.of(arguments[1]);
        var repository = new SailRepository(new NativeStore(Path.of(arguments[0]).toFile()));
        try (var connection = repository.getConnection()) {
            for (String file : List.of(arguments).subList(2, arguments.length)) {
                connection.add(Path.of(file).toFile());
            }
            System.out.println(connection.size());
            List<Path> paths;
            try (Stream<Path> found = Files.list(queries)) {
                paths = found.filter(path -> path.toString().endsWith(".rq")).toList();
            }
            for (Path path : paths) {
                Path answer = Path.of(path.toString().replaceAll("rq$", "json"));
                try (OutputStream stream = Files.newOutputStream(answer)) {
                    var query = connection.prepareTupleQuery(Files.readString(path));
                    query.evaluate(new SPARQLResultsJSONWriter(stream));
                }
            }
        } finally {
            repository.shutDown();
        }
    }
}
