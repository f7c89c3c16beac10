package android.widget;

import android.content.Context;
import android.util.AttributeSet;

public class CheckBox extends Button {
    public CheckBox(Context c) { super(c); }
    public CheckBox(Context c, AttributeSet a) { super(c, a); }
    public native boolean isChecked();
}
