package android.content;

public class ComponentName {
    public ComponentName(Context c, Class<?> k) {}
}
