package android.webkit;

import android.content.Context;

public class WebView extends android.view.View {
    public WebView(Context c) { super(c); }
    public WebView(Context c, android.util.AttributeSet a) { super(c, a); }
    public native void loadUrl(String u);
    public native WebSettings getSettings();
    public native void setWebViewClient(WebViewClient c);
    public native void addJavascriptInterface(Object o, String name);
}
