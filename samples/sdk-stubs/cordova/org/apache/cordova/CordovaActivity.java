package org.apache.cordova;

import android.app.Activity;
import android.os.Bundle;
import android.webkit.WebView;

/** Stand-in: one web page in one screen. */
public class CordovaActivity extends Activity {
    protected String launchUrl = "file:///android_asset/www/index.html";
    private final CordovaInterface cordova = new CordovaInterface(this);
    private WebView view;

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        view = new WebView(this);
        view.getSettings().setJavaScriptEnabled(true);
        setContentView(view);
    }

    public void loadUrl(String address) {
        PluginManager plugins = new PluginManager(cordova);
        view.addJavascriptInterface(new SystemExposedJsApi(plugins), "_cordovaNative");
        view.loadUrl(address);
    }
}
