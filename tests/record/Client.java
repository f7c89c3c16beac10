import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Posts "Arben" through the proxy on a port of 127.0.0.1 and prints the status. */
class Client {
    public static void main(String[] arguments) throws Exception {
        var proxy = ProxySelector.of(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])));
        var request = HttpRequest.newBuilder(URI.create(arguments[1]))
            .POST(HttpRequest.BodyPublishers.ofString("Arben")).build();
        var client = HttpClient.newBuilder().proxy(proxy).version(HttpClient.Version.HTTP_2).build();
        System.out.println(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
    }
}
