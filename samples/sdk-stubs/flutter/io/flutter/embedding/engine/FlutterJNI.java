package io.flutter.embedding.engine;

import io.flutter.plugin.common.BinaryMessenger;

/** Stand-in: the border to native code, crossed in both directions. */
public class FlutterJNI {
    static {
        System.loadLibrary("flutter");
    }

    final BinaryMessenger messenger = new BinaryMessenger();

    native void nativeRunBundle(String assets);

    /** Called by native code, when Dart asks something. */
    @SuppressWarnings("unused")
    private void handlePlatformMessage(String channel, String method, Object values, int answer) {
        messenger.deliver(channel, method, values);
    }
}
