package android.widget;

public class ListView extends android.view.View {
    public native void setAdapter(ListAdapter a);
}
