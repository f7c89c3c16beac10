package android.graphics;

public class Paint {
    public native void setTextSize(float s);
}
