package io.flutter.plugin.common;

import java.util.HashMap;
import java.util.Map;

/** Stand-in: carries questions from Dart to whoever listens on a channel. */
public class BinaryMessenger {
    private final Map<String, MethodChannel.MethodCallHandler> handlers = new HashMap<>();

    void setMessageHandler(String channel, MethodChannel.MethodCallHandler handler) {
        handlers.put(channel, handler);
    }

    public void deliver(String channel, String method, Object values) {
        MethodChannel.MethodCallHandler handler = handlers.get(channel);
        if (handler != null) {
            handler.onMethodCall(new MethodCall(method, values), new MethodChannel.Result());
        }
    }
}
