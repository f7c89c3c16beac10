package android.widget;

public class TextView extends android.view.View {
    public native CharSequence getText();
    public native void setText(CharSequence t);
    public native void setText(int id);
}
