package android.graphics.pdf;

public class PdfDocument {
    public native Page startPage(PageInfo i);
    public native void finishPage(Page p);
    public native void writeTo(java.io.OutputStream o);
    public native void close();
    public static final class Page { public native android.graphics.Canvas getCanvas(); }
    public static final class PageInfo { public static final class Builder { public Builder(int w, int h, int n) {} public native PageInfo create(); } }
}
