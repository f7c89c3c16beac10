package org.apache.cordova;

import org.json.JSONArray;

/** Stand-in: code that the page may call. */
public class CordovaPlugin {
    public CordovaInterface cordova;

    public boolean execute(String action, JSONArray values, CallbackContext callback) {
        return false;
    }
}
