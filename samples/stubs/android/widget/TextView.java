package android.widget;

import android.content.Context;
import android.util.AttributeSet;

public class TextView extends android.view.View {
    public TextView(Context c) { super(c); }
    public TextView(Context c, AttributeSet a) { super(c, a); }
    public native CharSequence getText();
    public native void setText(CharSequence t);
    public native void setText(int id);
}
