package android.widget;

import android.content.Context;
import android.util.AttributeSet;

public class ListView extends android.view.View {
    public ListView(Context c) { super(c); }
    public ListView(Context c, AttributeSet a) { super(c, a); }
    public native void setAdapter(ListAdapter a);
}
