package android.webkit;

public class WebView extends android.view.View {
    public native void loadUrl(String u);
    public native WebSettings getSettings();
    public native void setWebViewClient(WebViewClient c);
}
