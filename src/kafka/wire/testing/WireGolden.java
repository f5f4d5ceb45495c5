import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;

/** Reads "name version seed json" lines and writes "name version seed hex": the message's bytes as Kafka's own classes write it. */
public class WireGolden {
  public static void main(String[] arguments) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = in.readLine()) != null; ) {
      String[] parts = line.split(" ", 4);
      short version = Short.parseShort(parts[1]);
      try {
        Class<?> converter = Class.forName("org.apache.kafka.common.message." + parts[0] + "DataJsonConverter");
        ApiMessage message = (ApiMessage) converter.getMethod("read", JsonNode.class, short.class)
            .invoke(null, mapper.readTree(parts[3]), version);
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(message, version).buffer();
        StringBuilder hex = new StringBuilder();
        while (bytes.hasRemaining()) hex.append(String.format("%02x", bytes.get()));
        System.out.println(parts[0] + " " + version + " " + parts[2] + " " + hex);
      } catch (Exception e) {
        Throwable cause = e.getCause() != null ? e.getCause() : e;
        System.err.println(parts[0] + " v" + version + ": " + cause);
      }
    }
  }
}
