package io.flutter.plugin.common;

/** Stand-in: a named channel between Dart and Java. */
public class MethodChannel {
    private final BinaryMessenger messenger;
    private final String name;

    public MethodChannel(BinaryMessenger messenger, String name) {
        this.messenger = messenger;
        this.name = name;
    }

    public void setMethodCallHandler(MethodCallHandler handler) {
        messenger.setMessageHandler(name, handler);
    }

    /** Stand-in. */
    public interface MethodCallHandler {
        void onMethodCall(MethodCall call, Result result);
    }

    /** Stand-in. */
    public static class Result {
        public void success(Object value) {}

        public void notImplemented() {}
    }
}
