package android.widget;

public class ImageView extends android.view.View {
    public native void setImageResource(int id);
}
