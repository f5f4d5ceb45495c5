package azud.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The statements of a .sql text. A statement set is one statement; comments are left out, hints are kept. */
final class SqlScript {
    private static final Pattern SET_BEGINS = Pattern.compile("(?is)(EXECUTE|BEGIN)\\s+STATEMENT\\s+SET\\b.*");
    private static final Pattern SET_ENDS = Pattern.compile("(?is).*;\\s*END");

    private final String text;
    private final List<String> statements = new ArrayList<>();
    private final StringBuilder current = new StringBuilder();
    private int at;

    private SqlScript(String text) {
        this.text = text;
    }

    static List<String> statements(String text) {
        SqlScript script = new SqlScript(text);
        while (script.at < text.length()) {
            script.step();
        }
        script.finish();
        return script.statements;
    }

    /** Takes one token: a comment, a quoted text, a semicolon or a character. */
    private void step() {
        char c = text.charAt(at);
        if (text.startsWith("--", at)) {
            at = endOf("\n", at + 2, 0);
        } else if (text.startsWith("/*", at) && !text.startsWith("/*+", at)) {
            at = endOf("*/", at + 2, 2);
        } else if (c == '\'' || c == '`' || c == '"') {
            int end = endOf(String.valueOf(c), at + 1, 1);
            current.append(text, at, end);
            at = end;
        } else {
            at++;
            if (c != ';' || insideSet()) {
                current.append(c);
            } else {
                finish();
            }
        }
    }

    /** The place of `mark` from `from` on, plus `more`; the end of the text if there is none. */
    private int endOf(String mark, int from, int more) {
        int found = text.indexOf(mark, from);
        return found < 0 ? text.length() : found + more;
    }

    private boolean insideSet() {
        String soFar = current.toString().strip();
        return SET_BEGINS.matcher(soFar).matches() && !SET_ENDS.matcher(soFar).matches();
    }

    private void finish() {
        String statement = current.toString().strip();
        if (!statement.isEmpty()) {
            statements.add(statement);
        }
        current.setLength(0);
    }

    /** The first word in upper case. */
    static String verb(String statement) {
        return statement.split("\\W+", 2)[0].toUpperCase(Locale.ROOT);
    }

    static boolean isQuery(String statement) {
        String verb = verb(statement);
        return verb.equals("SELECT") || verb.equals("WITH") || verb.equals("VALUES") || verb.isEmpty();
    }

    static boolean isInsert(String statement) {
        String verb = verb(statement);
        return verb.equals("INSERT") || verb.equals("EXECUTE") || verb.equals("BEGIN");
    }
}
