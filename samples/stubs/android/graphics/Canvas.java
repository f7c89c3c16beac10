package android.graphics;

public class Canvas {
    public native void drawText(String t, float x, float y, Paint p);
}
