package android.widget;

public class ArrayAdapter<T> implements ListAdapter {
    public ArrayAdapter(android.content.Context c, int layout, java.util.List<T> l) {}
}
