package android.widget;

public class CheckBox extends Button {
    public native boolean isChecked();
}
