package azud.peers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rows of one case, given to the sources of its job in one order over all tables, and what its sinks took. */
final class GoldenFeed {
    /** A row as JSON, with its place in the order of the case. */
    record Entry(int place, String kind, String values) {}

    private static GoldenFeed current = new GoldenFeed();

    private final Map<String, List<Entry>> rows = new HashMap<>();
    private final Map<String, Integer> readers = new HashMap<>();
    private final Map<Integer, Integer> taken = new HashMap<>();
    private final List<String> written = new ArrayList<>();
    private final Set<String> sinks = new HashSet<>();
    private int turn = -1;
    private boolean ended;
    private boolean closed;

    static synchronized GoldenFeed current() {
        return current;
    }

    static synchronized GoldenFeed renew() {
        current.close();
        current = new GoldenFeed();
        return current;
    }

    synchronized void add(String table, Entry entry) {
        rows.computeIfAbsent(table, name -> new ArrayList<>()).add(entry);
    }

    synchronized List<Entry> rowsOf(String table) {
        return List.copyOf(rows.getOrDefault(table, List.of()));
    }

    synchronized void reads(String table) {
        readers.merge(table, 1, Integer::sum);
    }

    synchronized int readersOf(String table) {
        return readers.getOrDefault(table, 0);
    }

    /** Until it is the turn of `place`; false if the case is over. */
    synchronized boolean await(int place) throws InterruptedException {
        while (turn < place && !closed) {
            wait(1000);
        }
        return !closed;
    }

    /** Until no more rows will come. */
    synchronized void awaitEnd() throws InterruptedException {
        while (!ended && !closed) {
            wait(1000);
        }
    }

    synchronized void took(int place) {
        taken.merge(place, 1, Integer::sum);
        notifyAll();
    }

    /** Lets the row of `place` go, and waits until every reader of its table has sent it on. */
    synchronized void pass(String table, int place, long limitMs) throws InterruptedException {
        turn = place;
        notifyAll();
        long end = System.currentTimeMillis() + limitMs;
        while (taken.getOrDefault(place, 0) < readers.getOrDefault(table, 0) && System.currentTimeMillis() < end) {
            wait(100);
        }
    }

    synchronized void end() {
        ended = true;
        turn = Integer.MAX_VALUE;
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized void write(String line) {
        written.add(line);
    }

    synchronized int writtenCount() {
        return written.size();
    }

    /** What was written since place `from`. */
    synchronized List<String> writtenFrom(int from) {
        return new ArrayList<>(written.subList(from, written.size()));
    }
}
