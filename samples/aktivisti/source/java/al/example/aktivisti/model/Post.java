package al.example.aktivisti.model;

/** A post of the party's page, to be liked and shared. */
public class Post {
    public final String id;
    public final String network;
    public final String address;

    public Post(String id, String network, String address) {
        this.id = id;
        this.network = network;
        this.address = address;
    }
}
