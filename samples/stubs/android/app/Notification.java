package android.app;

import android.content.Context;

public class Notification {
    public static class Builder { public Builder(Context c, String channel) {} public native Builder setContentTitle(CharSequence t); public native Builder setContentText(CharSequence t); public native Builder setSmallIcon(int icon); public native Notification build(); }
}
