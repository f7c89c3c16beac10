package android.os;

public class Looper {
    public static native Looper getMainLooper();
}
