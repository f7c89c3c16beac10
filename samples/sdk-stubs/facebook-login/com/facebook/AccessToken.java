package com.facebook;

/** Stand-in. */
public class AccessToken {
    public static AccessToken getCurrentAccessToken() {
        return new AccessToken();
    }

    public String getToken() {
        return "";
    }
}
