package android.content.res;

public class Resources {
    public native int getIdentifier(String name, String type, String owner);
    public native XmlResourceParser getXml(int id);
}
