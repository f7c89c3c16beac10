package org.xmlpull.v1;

public interface XmlPullParser {
    int END_DOCUMENT = 1;
    int next() throws XmlPullParserException, java.io.IOException;
    String getName();
    String getAttributeValue(String namespace, String name);
}
