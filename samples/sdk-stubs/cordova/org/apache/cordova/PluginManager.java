package org.apache.cordova;

import android.content.Context;
import android.util.Log;
import java.io.IOException;
import org.json.JSONArray;
import org.json.JSONException;
import org.xmlpull.v1.XmlPullParser;
import org.xmlpull.v1.XmlPullParserException;

/** Stand-in: makes plugins from the class names in config.xml. */
public class PluginManager {
    private final CordovaInterface cordova;

    PluginManager(CordovaInterface cordova) {
        this.cordova = cordova;
    }

    String exec(String service, String action, String values) {
        try {
            CallbackContext callback = new CallbackContext();
            CordovaPlugin plugin = instantiatePlugin(className(service));
            return plugin.execute(action, new JSONArray(values), callback) ? callback.answer : null;
        } catch (ReflectiveOperationException | JSONException | XmlPullParserException | IOException problem) {
            Log.w("cordova", "no answer of " + service);
            return null;
        }
    }

    private CordovaPlugin instantiatePlugin(String name) throws ReflectiveOperationException {
        CordovaPlugin plugin = (CordovaPlugin) Class.forName(name).getDeclaredConstructor().newInstance();
        plugin.cordova = cordova;
        return plugin;
    }

    private String className(String service) throws XmlPullParserException, IOException {
        Context context = cordova.getActivity();
        int config = context.getResources().getIdentifier("config", "xml", context.getPackageName());
        XmlPullParser parser = context.getResources().getXml(config);
        boolean wanted = false;
        while (parser.next() != XmlPullParser.END_DOCUMENT) {
            if ("feature".equals(parser.getName())) {
                wanted = service.equals(parser.getAttributeValue(null, "name"));
            } else if (wanted && "android-package".equals(parser.getAttributeValue(null, "name"))) {
                return parser.getAttributeValue(null, "value");
            }
        }
        return "";
    }
}
