import static org.neo4j.configuration.GraphDatabaseSettings.DEFAULT_DATABASE_NAME;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/** Opens an imported database and prints the answers to queries as a list of JSON lists of rows. */
public class AnswerCypher {
    /** Arguments: the home of Neo4j, then files that each hold a query. */
    public static void main(String[] arguments) throws Exception {
        var service = new DatabaseManagementServiceBuilder(Path.of(arguments[0])).build();
        try {
            var database = service.database(DEFAULT_DATABASE_NAME);
            List<List<Map<String, Object>>> answers = new ArrayList<>();
            for (String file : List.of(arguments).subList(1, arguments.length)) {
                List<Map<String, Object>> rows = new ArrayList<>();
                database.executeTransactionally(Files.readString(Path.of(file)), Map.of(), result -> {
                    while (result.hasNext()) {
                        Map<String, Object> row = new LinkedHashMap<>();
                        result.next().forEach((name, value) -> row.put(name, plain(value)));
                        rows.add(row);
                    }
                    return null;
                });
                answers.add(rows);
            }
            System.out.println(new ObjectMapper().writeValueAsString(answers));
        } finally {
            service.shutdown();
        }
    }

    /** Returns dates as text; JSON has the other values. */
    private static Object plain(Object value) {
        return value instanceof java.time.temporal.Temporal ? value.toString() : value;
    }
}
