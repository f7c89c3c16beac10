package org.apache.cordova;

import android.webkit.JavascriptInterface;

/** Stand-in: the one door from the page to the plugins. */
class SystemExposedJsApi {
    private final PluginManager plugins;

    SystemExposedJsApi(PluginManager plugins) {
        this.plugins = plugins;
    }

    @JavascriptInterface
    public String exec(int secret, String service, String action, String callback, String values) {
        return plugins.exec(service, action, values);
    }
}
