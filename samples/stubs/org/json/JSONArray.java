package org.json;

public class JSONArray {
    public JSONArray() {}
    public JSONArray(String text) throws JSONException {}
    public native JSONArray put(Object v);
    public native String getString(int i) throws JSONException;
}
