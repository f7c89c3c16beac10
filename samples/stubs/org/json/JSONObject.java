package org.json;

public class JSONObject {
    public JSONObject() {}
    public JSONObject(String text) throws JSONException {}
    public native JSONObject put(String k, Object v) throws JSONException;
    public native JSONObject put(String k, long v) throws JSONException;
    public native String getString(String k) throws JSONException;
}
