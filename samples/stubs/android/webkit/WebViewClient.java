package android.webkit;

public class WebViewClient {
    public boolean shouldOverrideUrlLoading(WebView v, String u) { return false; }
}
