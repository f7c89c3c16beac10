package android.view;

public class View {
    public native void setOnClickListener(OnClickListener l);
    public native int getId();
    public native void setVisibility(int v);
    public interface OnClickListener { void onClick(View v); }
}
