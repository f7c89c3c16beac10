package android.os;

public class Handler {
    public Handler(Looper l) {}
    public native boolean post(Runnable r);
    public native boolean postDelayed(Runnable r, long ms);
    public final native void removeCallbacks(Runnable r);
}
