package android.content.res;

public interface XmlResourceParser extends org.xmlpull.v1.XmlPullParser, AutoCloseable {
    void close();
}
