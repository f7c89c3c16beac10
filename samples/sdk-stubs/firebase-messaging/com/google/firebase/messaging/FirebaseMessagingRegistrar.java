package com.google.firebase.messaging;

import com.google.firebase.components.Component;
import com.google.firebase.components.ComponentRegistrar;
import java.util.Collections;
import java.util.List;

/** Stand-in: asks for the push token as soon as Firebase starts. */
public class FirebaseMessagingRegistrar implements ComponentRegistrar {
    @Override
    public String getLibraryName() {
        return "fire-fcm";
    }

    @Override
    public List<Component> getComponents() {
        FirebaseMessaging messaging = FirebaseMessaging.getInstance();
        messaging.getToken();
        return Collections.singletonList(new Component(messaging));
    }
}
