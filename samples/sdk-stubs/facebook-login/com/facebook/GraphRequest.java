package com.facebook;

/** Stand-in: one question to the Graph API. */
public class GraphRequest {
    /** Stand-in. */
    public interface Callback {
        void onCompleted(String answer);
    }

    public static GraphRequest newGraphPathRequest(AccessToken token, String path, Callback callback) {
        return new GraphRequest();
    }

    public void executeAsync() {}
}
