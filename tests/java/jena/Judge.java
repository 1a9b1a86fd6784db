import org.apache.jena.graph.compose.Union;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.sparql.core.DatasetGraph;
import org.apache.jena.sparql.core.DatasetGraphFactory;

/**
 * Judges each named graph of the N-Quads on standard input by the shapes of a file, and writes each
 * report as a graph of the same name. All of them see the default graph too.
 */
class Judge {
    public static void main(String[] arguments) {
        Shapes shapes = Shapes.parse(RDFDataMgr.loadGraph(arguments[0]));
        DatasetGraph data = DatasetGraphFactory.createGeneral();
        RDFDataMgr.read(data, System.in, Lang.NQUADS);
        DatasetGraph reports = DatasetGraphFactory.createGeneral();
        data.listGraphNodes().forEachRemaining(name -> {
            var whole = new Union(data.getDefaultGraph(), data.getGraph(name));
            reports.addGraph(name, ShaclValidator.get().validate(shapes, whole).getGraph());
        });
        RDFDataMgr.write(System.out, reports, Lang.NQUADS);
    }
}
