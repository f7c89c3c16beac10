package android.util;

public class Log {
    public static native int w(String tag, String text);
}
