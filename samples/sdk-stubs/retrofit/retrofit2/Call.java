package retrofit2;

/** Stand-in. */
public interface Call<T> {
    void enqueue(Callback<T> callback);
}
