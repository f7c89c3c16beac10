package al.example.aktivisti.net;

/** Signs what is sent; how, only the library knows. */
final class Signer {
    static {
        System.loadLibrary("model");
    }

    private Signer() {}

    static native String sign(String body);
}
