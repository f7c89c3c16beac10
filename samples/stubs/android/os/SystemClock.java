package android.os;

public class SystemClock {
    public static native long elapsedRealtime();
}
