package android.util;

public interface AttributeSet {
    String getAttributeValue(String namespace, String name);
}
