package retrofit2;

/** Stand-in. */
public interface Callback<T> {
    void onResponse(Call<T> call, T answer);
}
