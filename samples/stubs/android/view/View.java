package android.view;

import android.content.Context;

public class View {
    public View(Context c) {}
    public View(Context c, android.util.AttributeSet a) {}
    public native Context getContext();
    public native void setOnClickListener(OnClickListener l);
    public native int getId();
    public native void setVisibility(int v);
    public native void invalidate();
    protected void onAttachedToWindow() {}
    protected void onDraw(android.graphics.Canvas c) {}
    public interface OnClickListener { void onClick(View v); }
}
