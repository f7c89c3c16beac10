package android.widget;

public class Toast {
    public static final int LENGTH_SHORT = 0;
    public static native Toast makeText(android.content.Context c, int id, int len);
    public native void show();
}
