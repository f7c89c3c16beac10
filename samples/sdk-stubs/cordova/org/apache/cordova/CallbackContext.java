package org.apache.cordova;

import org.json.JSONArray;

/** Stand-in: the answer to the page. */
public class CallbackContext {
    String answer = "";

    public void success(JSONArray value) {
        answer = value.toString();
    }
}
