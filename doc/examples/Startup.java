// java -cp postgresql.jar Startup.java URL DIRECTORY: bring the database to what the files
// of an application say.

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

public class Startup {
    public static void migrate(String url, Path directory) throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(file -> file.toString().endsWith(".sql")).collect(Collectors.toList());
        }
        String[] names = new String[files.size()];
        String[] contents = new String[files.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = directory.relativize(files.get(i)).toString().replace('\\', '/');
            contents[i] = Files.readString(files.get(i));
        }

        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                PreparedStatement load = connection.prepareStatement(
                        "SELECT FROM migrator.import(jsonb_object(?::text[], ?::text[]))")) {
            connection.setAutoCommit(false);
            // the others wait here while one of them migrates
            statement.execute("SET LOCAL migrator.lock_timeout = '10min'");
            load.setArray(1, connection.createArrayOf("text", names));
            load.setArray(2, connection.createArrayOf("text", contents));
            load.execute();
            try (ResultSet rows = statement.executeQuery("SELECT revision, message FROM migrator.upgrade()")) {
                while (rows.next()) {
                    System.out.println("upgraded to " + rows.getString(1) + ": " + rows.getString(2));
                }
            }
            connection.commit();
        }
    }

    public static void main(String[] args) throws Exception {
        migrate(args[0], Path.of(args[1]));
    }
}
