package com.facebook;

import android.app.Activity;

/** Stand-in: shows the log-in. */
public class FacebookActivity extends Activity {}
