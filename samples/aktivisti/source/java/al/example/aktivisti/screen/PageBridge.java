package al.example.aktivisti.screen;

import al.example.aktivisti.device.ContactsReader;
import android.content.Context;
import android.webkit.JavascriptInterface;

/** What the web page may call. */
public class PageBridge {
    private final Context context;

    PageBridge(Context context) {
        this.context = context;
    }

    @JavascriptInterface
    public int contactCount() {
        return ContactsReader.count(context);
    }
}
