package com.google.firebase.messaging;

import java.util.Collections;
import java.util.Map;

/** Stand-in. */
public class RemoteMessage {
    public Map<String, String> getData() {
        return Collections.emptyMap();
    }
}
